-- Money does not leave for the bank while an emergency stop stands: not even in transit.
CREATE OR REPLACE FUNCTION payments_refuse_while_stopped() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM core_refuse_while_stopped((
        SELECT account.county_code FROM ledger_account AS account WHERE account.id = new.source_id));
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER nothing_leaves_while_stopped BEFORE INSERT ON ledger_transfer
FOR EACH ROW WHEN (new.kind IN ('send', 'reissue')) EXECUTE FUNCTION payments_refuse_while_stopped();

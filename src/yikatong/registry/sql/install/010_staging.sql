-- Where files are copied to before one statement a step takes them over. Emptied in the same transaction.

-- By which rows of a file may be known already: asked for before they get ids and are sealed to them.
CREATE UNLOGGED TABLE IF NOT EXISTS registry_incomingkey (
    load_key bigint NOT NULL,
    row_no integer NOT NULL,
    no text,
    key bytea
);

CREATE UNLOGGED TABLE IF NOT EXISTS registry_incominghousehold (
    load_key bigint NOT NULL,
    no text NOT NULL,
    village_code text NOT NULL,
    group_no text NOT NULL,
    head_index bytea,
    head_id bigint,
    farmland_micro bigint NOT NULL,
    forest_micro bigint NOT NULL,
    fallow_micro bigint NOT NULL
);

CREATE UNLOGGED TABLE IF NOT EXISTS registry_incomingperson (
    load_key bigint NOT NULL,
    id bigint NOT NULL,
    is_new boolean NOT NULL,
    no text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    id_number_sealed bytea,
    id_index bytea,
    id_masked text NOT NULL,
    sex text NOT NULL,
    birth_date date,
    household_no text,
    relation text NOT NULL,
    village_code text NOT NULL,
    group_no text NOT NULL,
    mobile_sealed bytea,
    mobile_index bytea,
    mobile_masked text NOT NULL,
    flags text NOT NULL,
    guardian_id bigint,
    guardian_relation text NOT NULL,
    custodian_id bigint,
    custodian_relation text NOT NULL
);

CREATE UNLOGGED TABLE IF NOT EXISTS registry_incomingcard (
    load_key bigint NOT NULL,
    id bigint NOT NULL,
    is_new boolean NOT NULL,
    number_sealed bytea,
    number_index bytea NOT NULL,
    prefix text NOT NULL,
    tail text NOT NULL,
    bank_id bigint NOT NULL,
    holder_name text NOT NULL,
    holder_id_sealed bytea,
    holder_id_index bytea NOT NULL,
    issued_on date,
    status text NOT NULL
);

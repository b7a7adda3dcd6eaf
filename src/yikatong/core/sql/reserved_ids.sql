-- Ids of a table, taken in advance. The sequence is looked up once: for every id it would cost more than the id.
WITH own AS MATERIALIZED (SELECT cast(pg_get_serial_sequence(%(table)s, 'id') AS regclass) AS number_sequence)

SELECT nextval(own.number_sequence) AS id
FROM own CROSS JOIN generate_series(1, %(count)s)

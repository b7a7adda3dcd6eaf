-- Gives cards whose holder was unknown to the person who has since come in or got a number.
UPDATE registry_card AS card SET person_id = incoming.id
FROM registry_incomingperson AS incoming
WHERE
    incoming.load_key = %(load_key)s
    AND card.person_id IS NULL
    AND card.holder_id_index = incoming.id_index

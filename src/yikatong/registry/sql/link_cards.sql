-- Gives cards whose holder was unknown to the person who has since come in.
UPDATE registry_card AS card SET person_id = person.id
FROM registry_person AS person
WHERE card.person_id IS NULL AND person.id_index = card.holder_id_index

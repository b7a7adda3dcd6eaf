-- Which of these household numbers are registered.
SELECT household.no
FROM registry_household AS household
WHERE household.no = any(%(nos)s)

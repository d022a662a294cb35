-- An enrolment is heard, too: with a row for each node, those who were not heard for a day are found among these rows alone.
INSERT INTO node_contact (node, heard_at, clock_off_seconds)
SELECT id, enrolled_at, 0 FROM node
ORDER BY 1
ON CONFLICT (node) DO NOTHING;

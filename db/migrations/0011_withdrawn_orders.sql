-- An order that is not wanted any more, and stays until its host has said how it ended.
ALTER TABLE "order" ADD COLUMN is_withdrawn boolean NOT NULL DEFAULT false;

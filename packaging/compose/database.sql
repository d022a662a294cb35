-- Run once by docker-compose.yml's PostgreSQL, as the superuser, when its volume is new: the users of docs/operating.md.
\set owner_password `cat /run/secrets/owner`
\set server_password `cat /run/secrets/server`
CREATE ROLE ringmaster_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ringmaster_application NOLOGIN;
CREATE ROLE ringmaster_server LOGIN PASSWORD :'server_password' IN ROLE ringmaster_application;
CREATE DATABASE ringmaster OWNER ringmaster_owner;

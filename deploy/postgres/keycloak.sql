-- Keycloak's tables, apart from the chat server's.
CREATE SCHEMA keycloak;

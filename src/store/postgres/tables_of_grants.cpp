#include "store/postgres/migrations.hpp"

namespace chatserver::store::postgres {

// What the embedded issuer keeps (see grants.hpp). `position`: the order of making.
const char* const tables_of_grants = R"sql(
ALTER TABLE accounts
  ADD COLUMN valid_from timestamptz NOT NULL DEFAULT 'epoch',
  ADD COLUMN changed_at timestamptz NOT NULL DEFAULT 'epoch';

CREATE TABLE browser_sessions (
  id           text PRIMARY KEY,
  sid          text NOT NULL UNIQUE,
  account_id   text NOT NULL,
  created_at   timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  position     bigint GENERATED ALWAYS AS IDENTITY UNIQUE
);
CREATE INDEX browser_sessions_by_account ON browser_sessions (account_id, position);
CREATE INDEX browser_sessions_by_end ON browser_sessions (expires_at);

-- `uses`: 0, 1, or 2 for more than one.
CREATE TABLE authorization_codes (
  code             text PRIMARY KEY,
  client           text NOT NULL,
  redirect_uri     text NOT NULL,
  account_id       text NOT NULL,
  sid              text NOT NULL,
  nonce            text NOT NULL,
  scope            text NOT NULL,
  challenge        text NOT NULL,
  authenticated_at timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL,
  uses             integer NOT NULL DEFAULT 0
);
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);

-- `previous` is the secret that `secret` replaced at `rotated_at`. `idle_until` is never after `expires_at`.
CREATE TABLE refresh_families (
  family           text PRIMARY KEY,
  secret           text NOT NULL,
  previous         text,
  rotated_at       timestamptz,
  code             text NOT NULL,
  client           text NOT NULL,
  account_id       text NOT NULL,
  sid              text NOT NULL,
  scope            text NOT NULL,
  authenticated_at timestamptz NOT NULL,
  idle_until       timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL,
  position         bigint GENERATED ALWAYS AS IDENTITY UNIQUE
);
CREATE INDEX refresh_families_by_account ON refresh_families (account_id, position);
CREATE INDEX refresh_families_by_login ON refresh_families (sid);
CREATE INDEX refresh_families_by_end ON refresh_families (idle_until);

CREATE TABLE setup_links (
  id         integer PRIMARY KEY CHECK (id = 1),
  link       text NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE invites (
  code       text PRIMARY KEY,
  made_by    text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  uses_left  bigint NOT NULL
);
CREATE INDEX invites_by_end ON invites (expires_at);

CREATE TABLE account_changes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id text NOT NULL,
  sid        text NOT NULL,
  at         timestamptz NOT NULL
);
CREATE INDEX account_changes_by_age ON account_changes (at);
)sql";

}  // namespace chatserver::store::postgres

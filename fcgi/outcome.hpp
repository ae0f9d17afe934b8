// SPDX-License-Identifier: PostgreSQL
//
// From a jb_outcome to an answer.
#pragma once

#include "pg/result.hpp"
#include "problem.hpp"
#include "request.hpp"
#include "response.hpp"

/// Whether one of the `tags` that If-Match allows, a text array, names this version, with at most as many changes of
/// the zone as `tag`, that of the event as it is now.
#define JB_IS_NAMED(tags, version, tag)                                                                      \
  "EXISTS (SELECT FROM unnest(" tags "::text[]) AS t (tag) WHERE split_part(t.tag, '-', 1) = " version       \
  "::text AND coalesce(nullif(split_part(t.tag, '-', 2), '')::bigint, 0) <= coalesce(nullif(split_part(" tag \
  ", '-', 2), '')::bigint, 0))"

/// The tag of the event $1 as it is now.
#define JB_TAG_NOW(principal) "(SELECT (jb_event_answer($1::bigint, principal => " principal ")).tag)"

/// The version that a write must find, from $1, the event's id, and $2, the tags that If-Match allows. One tag without
/// changes of the zone is the version. Else the version that stands now is taken; or 0, which no event has, where the
/// zone has not changed so often; should the event change before the write locks it, the write finds that out and
/// refuses. An event that is gone, or that `principal`, the number of a parameter, may not read, is the write's affair
/// too: it knows the answer under a key. A macro, because only literals join into one.
#define JB_EXPECTED_VERSION(principal) \
  "CASE WHEN cardinality($2::text[]) = 1 AND strpos(($2::text[])[1], '-') = 0 THEN ($2::text[])[1]::bigint" \
  " WHEN $2 IS NOT NULL THEN (SELECT CASE WHEN v.present::text = ANY ($2::text[]) THEN v.present"           \
  " WHEN v.present = ANY (v.named)"                                                                         \
  " THEN CASE WHEN " JB_IS_NAMED("$2", "v.present", JB_TAG_NOW(principal)) " THEN v.present ELSE 0 END"     \
  " ELSE v.named[1] END FROM (SELECT jb_version($1::bigint, principal => " principal                        \
  "), ARRAY(SELECT split_part(t.tag, '-', 1)::bigint FROM unnest($2::text[]) AS t (tag))) AS v (present, named)) END"

/// The last column of each statement that takes an idempotency key: whether its answer is the first one under this key.
/// The gateway finds the column by its name.
#define JB_REPLAYED                                                    \
  ", coalesce(nullif(current_setting('jb_proxy.replayed', true), '')," \
  " current_setting('jb_scheduler.replayed', true))::bool AS replayed"

/// The columns of an answer, of a jb_outcome `o`: its outcome, whether it was a dry run, the answer, which the database
/// writes (the event with what the call did besides; of a rejection and of a dry run the outcome), the event's id and
/// version. A macro, because only literals join into one.
#define JB_ANSWER(dry_run) \
  "o.outcome, " dry_run ", jb_outcome_json(o, is_answer => NOT (" dry_run ")), o.event_id, o.version" JB_REPLAYED

/// The same for what is an event under another name: as the function `json` shows it.
#define JB_ANSWER_AS(json)                                                                \
  "o.outcome, false, CASE WHEN o.outcome = 'rejected' THEN jb_outcome_json(o) ELSE " json \
  "(o.event) END,"                                                                        \
  " o.event_id, o.version" JB_REPLAYED

namespace jb::gateway {

/// The problem of a rejected outcome, as jb_outcome_json() writes it.
Problem rejection(const Json& outcome);

/// The answer to what makes an event, from a row of JB_ANSWER or JB_ANSWER_AS: 201 with its path as Location, 202 when
/// the event waits (which no request can ask for yet), 200 with the outcome for a dry run. Throws Problem 409 when
/// rejected.
Response created(const Request& request, const pg::Result& result);

/// The answer to a change of an event, from a row as above: 200. Throws Problem 409 when rejected.
Response changed(const Request& request, const pg::Result& result);

/// Rows of JSON as one list. The metrics count the second column, where it is not null, as the outcome of a write, and
/// the third as the reason of a rejection.
Response outcomes(const Request& request, const pg::Result& result);

}  // namespace jb::gateway

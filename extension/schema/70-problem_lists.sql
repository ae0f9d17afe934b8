-- Soundness: lists ----------------------------------------------------------------------------------------------

-- Functions that read an event refuse unreadable lists without naming the event, so the text is checked here. Where a
-- member has another type, a condition of the path is unknown, so the lists for which all of it holds are counted. An
-- event that has its place is on as many candidates as it needs, one that waits on all that exist (rule 2.18.7) or, of a
-- series, on those that it keeps (rule 2.18.8).
CREATE FUNCTION @extschema@.jb_list_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET jit = off
BEGIN ATOMIC
  SELECT 'values in range', e.calendars[1], e.id, 'The event has lists that no function would have stored.'
    FROM @extschema@.jb_event e
   WHERE @extschema@.jb_require_operator() AND e.one_of IS NOT NULL
     AND NOT CASE WHEN jsonb_typeof(e.one_of) = 'array'
                  THEN jsonb_array_length(e.one_of) BETWEEN 1 AND 4
                       AND jsonb_array_length(e.one_of) = jsonb_array_length(jsonb_path_query_array(e.one_of, '$[*] ? (
                         @.calendars.type() == "array" && @.calendars.size() >= 1 && @.calendars.size() <= 100
                         && !exists(@.calendars[*] ? (@.type() != "string")) && @.count >= 1 && @.count <= @.calendars.size()
                         && (@.choose == "first" || @.choose == "least_busy") && @.weights.type() == "array"
                         && @.weights.size() == @.calendars.size() && !exists(@.weights[*] ? (@.type() != "number" || @ < 1 || @ > 1000))
                         && (@.per == "day" || @.per == "week" || @.per == "month") && @.same.type() == "boolean"
                         && @.chosen.type() == "array")'))
                  ELSE false
             END
  UNION ALL
  SELECT 'lists match calendars', e.calendars[1], e.id, format('Of list %s it is on %s, and %s were chosen.', l.n, k.of_list, k.chosen)
    FROM @extschema@.jb_event e
   CROSS JOIN jsonb_path_query(e.one_of, '$[*]') WITH ORDINALITY AS l (list, n)
   CROSS JOIN LATERAL (SELECT coalesce(array_agg(c.name ORDER BY c.n) FILTER (WHERE c.name = ANY (e.calendars)), '{}') AS of_list,
                              coalesce(array_agg(c.name ORDER BY c.n) FILTER (WHERE EXISTS (SELECT FROM @extschema@.jb_calendar k WHERE k.name = c.name)), '{}') AS there,
                              ARRAY(SELECT jsonb_array_elements_text(jsonb_path_query_array(l.list, '$.chosen[*]'))) AS chosen
                         FROM jsonb_array_elements_text(jsonb_path_query_array(l.list, '$.calendars[*]')) WITH ORDINALITY AS c (name, n)) k
   CROSS JOIN LATERAL (SELECT coalesce(l.list -> 'count' = to_jsonb(cardinality(k.of_list)), false) AS is_enough) s
   WHERE e.status IN ('scheduled', 'held', 'waiting')
     AND (k.chosen <> CASE WHEN s.is_enough THEN k.of_list ELSE '{}' END
          OR NOT s.is_enough AND (e.status <> 'waiting' OR k.of_list <> k.there)
          OR e.status = 'waiting' AND k.of_list <> k.there AND NOT (e.series IS NOT NULL AND l.list @> '{"same": true}'));
END;
COMMENT ON FUNCTION @extschema@.jb_list_problems() IS
  'Events with lists that cannot be read, or that are on other calendars than were chosen; no rows if there are none.';

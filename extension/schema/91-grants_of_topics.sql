-- Grants of topics ------------------------------------------------------------------------------------------------
-- As in 90-grants.sql: by now every right that nobody decided to give is revoked, and every name is one of the
-- extension's own.

-- iCalendar. A public feed opens a calendar to the public: making a feed is a setting.
GRANT SELECT ON jb_feed_view TO jb_viewer;
GRANT EXECUTE ON FUNCTION jb_icalendar(text, timestamptz, timestamptz, bool, text), jb_icalendar_tag(text, text) TO jb_viewer;
GRANT EXECUTE ON FUNCTION jb_import_json(jb_import_row) TO jb_viewer;
GRANT EXECUTE ON FUNCTION jb_import(text, text, int, int, bool, bool, text, bool, text, text) TO jb_secretary;
GRANT EXECUTE ON FUNCTION jb_feed_create(text, text, text), jb_feed_revoke(text, text) TO jb_manager;
GRANT EXECUTE ON FUNCTION jb_feed_read(text, bool), jb_feed_tag(text) TO jb_viewer, jb_guest;

-- Sessions. A coach and a client are calendars, and making one is a setting.
GRANT SELECT ON jb_coach, jb_client, jb_session TO jb_viewer;
GRANT EXECUTE ON FUNCTION
  jb_sessions(text, text, timestamptz, timestamptz, text, int, text),
  jb_session_json(json), jb_coach_json(jb_coach, text), jb_client_json(jb_client, text)
TO jb_viewer;
GRANT EXECUTE ON FUNCTION
  jb_session_create(text, text, timestamptz, int, bool, text, text), jb_session_post(jsonb, text, text),
  jb_session_patch(bigint, jsonb, bigint, text, text)
TO jb_secretary;
GRANT EXECUTE ON FUNCTION jb_coach_create(text, text), jb_client_create(text, text) TO jb_manager;

-- Appointments. A provider's availability is hours, which are a setting.
GRANT SELECT ON jb_provider_availability, jb_appointment TO jb_viewer;
GRANT EXECUTE ON FUNCTION
  jb_appointments(text, text, text[], timestamptz, timestamptz, text, int, text),
  jb_provider_slots(text, date, interval, int, text), jb_slot_dictionary(jsonb),
  jb_appointment_json(json), jb_provider_availability_json(jb_provider_availability),
  jb_provider_slot_json(tstzrange, text, text)
TO jb_viewer;
GRANT EXECUTE ON FUNCTION
  jb_appointment_reserve(text, text, date, time, interval, timestamptz, bool, text, text),
  jb_appointment_post(jsonb, text, text),
  jb_appointment_status_set(bigint, text, bool, bigint, bool, text, text, text)
TO jb_secretary;
GRANT EXECUTE ON FUNCTION
  jb_provider_availability_add(text, date, jsonb, text), jb_provider_availability_post(text, jsonb, text),
  jb_provider_availability_remove(text, date, text)
TO jb_manager;

-- Booking pages. The functions check the provider's setting and the visitor's token themselves.
GRANT USAGE ON TYPE jb_booking TO jb_viewer;
GRANT EXECUTE ON FUNCTION
  jb_booking_page(text), jb_booking_slots(text, timestamptz, int, text), jb_booking_make(text, jsonb, text),
  jb_booking(text, text), jb_booking_move(text, text, timestamptz), jb_booking_cancel(text, text)
TO jb_viewer, jb_guest;
GRANT EXECUTE ON FUNCTION jb_booking_json(json) TO jb_viewer;
GRANT EXECUTE ON FUNCTION jb_range_json(tstzrange, text), jb_ranges_json(tstzrange[], text) TO jb_guest;

-- Rights on calendars. What a calendar gives to those that it does not name is the owner's to say: whoever may set one
-- calendar must not open those of others.
GRANT EXECUTE ON FUNCTION
  jb_sight(text[], text[]), jb_may(text, text), jb_seen(text[])
TO jb_viewer;
GRANT EXECUTE ON FUNCTION jb_rights(text, text), jb_default_rights(), jb_grantee_json(jb_grantee) TO jb_viewer;
GRANT EXECUTE ON FUNCTION
  jb_grants(text, text), jb_grant(text, text, text, text), jb_revoke(text, text, text), jb_grants_set(text, jsonb, text)
TO jb_manager;
GRANT EXECUTE ON FUNCTION
  jb_time_zone(text, text), jb_version(bigint, text), jb_changes_after(text, int, text), jb_rejections_after(int, text, text),
  jb_rejections_all(text, int, text), jb_rejections_cursor(int, text),
  jb_session(bigint, text), jb_coaches(text, int, text), jb_clients(text, int, text), jb_appointment(bigint, text),
  jb_shard(text)
TO jb_viewer;

-- The gateway itself may only ask who a certificate is and whether the database answers.
GRANT EXECUTE ON FUNCTION jb_principal_of(text, text), jb_now(), jb_health(), jb_worker(),
  jb_last_numbers(text[], bigint, bigint[]) TO jb_gateway;

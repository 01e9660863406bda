GRANT SELECT, INSERT ON event TO event_gateway;
GRANT SELECT, INSERT, UPDATE ON event_count TO event_gateway;
GRANT SELECT ON event_count_since TO event_gateway;
GRANT SELECT, INSERT, UPDATE ON dead_letter TO event_gateway;
GRANT SELECT, INSERT ON dead_letter_history TO event_gateway;
GRANT SELECT, INSERT ON dead_letter_cause TO event_gateway;
GRANT SELECT, INSERT ON audit_record TO event_gateway;
GRANT SELECT, INSERT, UPDATE ON audit_head TO event_gateway;
GRANT SELECT ON event_gateway_schema_history TO event_gateway;

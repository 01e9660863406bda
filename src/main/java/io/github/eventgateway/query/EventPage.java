package io.github.eventgateway.query;

import java.util.List;

/** A page of events; the cursor is null at the end. */
record EventPage(List<EventItem> items, String nextCursor) {}

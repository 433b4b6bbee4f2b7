/// The audit dialect (`specs/audit-relay.md`): requests and answers, events, records, heartbeats, and the
/// check of whole logs.
@NullMarked
package dev.cairn.protocol.audit;

import org.jspecify.annotations.NullMarked;

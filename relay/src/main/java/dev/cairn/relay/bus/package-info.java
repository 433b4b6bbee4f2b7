/// Every message between verticles, typed: read [dev.cairn.relay.bus.Address], [dev.cairn.relay.bus.Topic]
/// and [dev.cairn.relay.bus.BusMessage].
@NullMarked
package dev.cairn.relay.bus;

import org.jspecify.annotations.NullMarked;

/// What a relay must survive, tried on real processes: crashes, full disks, hostile clients, restarts under load.
@NullMarked
package dev.cairn.relay.faults;

import org.jspecify.annotations.NullMarked;

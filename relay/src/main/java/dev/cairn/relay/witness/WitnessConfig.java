package dev.cairn.relay.witness;

import dev.cairn.relay.witness.RateLimit.Rate;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// Where a witness listens, to whom, and how much it takes.
///
/// @param port 0 for any free one
/// @param paths where anchors are sent; the first is the one that is told
/// @param heartbeat between two heartbeats of its chain
public record WitnessConfig(
        String host, int port, List<String> paths, Tokens tokens, Duration heartbeat, Limits limits) {

    /// Where clients of the dialect send anchors unless told otherwise.
    public static final String USUAL_PATH = "/api/v1/anchor";

    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._~-]{1,64}){1,8}");

    /// How much of everything.
    ///
    /// @param anchors of one token, or of one address where there are none
    /// @param reads of one address
    /// @param waitingMax requests that wait for the disk
    /// @param indexBytesMax what the index of all anchors may occupy: a witness that runs out of memory would
    /// do
    ///     so again at each start
    public record Limits(Rate anchors, Rate reads, int waitingMax, long indexBytesMax) {

        private static final int SHARE_OF_MEMORY = 3;

        /// Enough for a relay that seals each second, and for a hundred behind one token that seal each
        /// quarter of an hour.
        public static final Limits USUAL = new Limits(
                new Rate(10, 100), new Rate(50, 500), 256, Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY);

        /// With another rate of anchors.
        ///
        /// @param perSecond in the long run
        /// @param burst at once
        public Limits withAnchors(int perSecond, int burst) {
            return new Limits(new Rate(perSecond, burst), reads, waitingMax, indexBytesMax);
        }
    }

    public WitnessConfig {
        paths = List.copyOf(paths);
        if (paths.isEmpty() || !paths.stream().allMatch(WitnessConfig::isPath)) {
            throw new IllegalArgumentException("not paths: " + paths);
        }
    }

    /// Whether anchors may be sent there: `/` and a name, at most eight times, no dots alone.
    public static boolean isPath(String text) {
        return PATH.matcher(text).matches() && !(text + "/").matches(".*/\\.\\.?/.*");
    }
}

package dev.cairn.protocol.receipt;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/// How chains are named (`specs/receipts.md` 3.8).
public final class ChainIds {

    private static final Pattern ENDS_IN_DATE = Pattern.compile(".*[0-9]{4}-[0-9]{2}-[0-9]{2}", Pattern.DOTALL);
    private static final Pattern COUNTED = Pattern.compile("(.*)-([1-9][0-9]*)", Pattern.DOTALL);
    private static final String AGENT = "/agent/";

    private ChainIds() {}

    /// The root chain of a process that starts at `start` and is given no other name: the date in UTC.
    public static String ofDay(Instant start) {
        return LocalDate.ofInstant(start, ZoneOffset.UTC).toString();
    }

    /// The root chain that follows one that has ended. A date is never taken for a counter.
    public static String next(String id) {
        var counted = COUNTED.matcher(id);
        if (!ENDS_IN_DATE.matcher(id).matches() && counted.matches()) {
            BigInteger count = new BigInteger(counted.group(2));
            if (!count.equals(BigInteger.ONE)) {
                return counted.group(1) + '-' + count.add(BigInteger.ONE);
            }
        }
        return id + "-2";
    }

    /// The chain of a sub-agent.
    public static String ofAgent(String rootId, String agentId) {
        return rootId + AGENT + agentId;
    }

    /// What the ids of a root chain's sub-agent chains begin with.
    public static String agentPrefix(String rootId) {
        return rootId + AGENT;
    }
}

package dev.cairn.loadtest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which requests are sent, by weight; read from text such as `event=95,ping=3,sign=2`.
record RequestMix(Map<Kind, Integer> weights) {

    /// The requests a load can be made of.
    enum Kind {
        EVENT,
        PING,
        STATE,
        SIGN,
        VERIFY
    }

    private static final int WEIGHT_MAX = 1000;

    static final RequestMix EVENTS = new RequestMix(Map.of(Kind.EVENT, 1));
    static final RequestMix SIGNATURES = new RequestMix(Map.of(Kind.SIGN, 1));

    RequestMix {
        weights = Map.copyOf(weights);
    }

    /// @throws IllegalArgumentException with a sentence for the user
    static RequestMix parse(String text) {
        Map<Kind, Integer> weights = new EnumMap<>(Kind.class);
        for (String part : text.split(",", -1)) {
            String[] pair = part.strip().split("=", -1);
            if (pair.length != 2 || !pair[1].matches("\\d{1,4}") || Integer.parseInt(pair[1]) > WEIGHT_MAX) {
                throw new IllegalArgumentException(
                        "expected kind=weight with a weight from 0 to " + WEIGHT_MAX + ", got '" + part + "'");
            }
            if (weights.put(kind(pair[0]), Integer.parseInt(pair[1])) != null) {
                throw new IllegalArgumentException("'" + pair[0] + "' is given twice");
            }
        }
        if (weights.values().stream().mapToInt(Integer::intValue).sum() == 0) {
            throw new IllegalArgumentException("at least one weight must be above 0");
        }
        return new RequestMix(weights);
    }

    private static Kind kind(String name) {
        for (Kind kind : Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "no request is called '" + name + "'; there are event, ping, state, sign and verify");
    }

    boolean isEventsOnly() {
        return pattern().stream().allMatch(kind -> kind == Kind.EVENT);
    }

    boolean has(Kind kind) {
        return weights.getOrDefault(kind, 0) > 0;
    }

    /// The shortest sequence of requests in which every kind has its share, each spread evenly.
    List<Kind> pattern() {
        int divisor = weights.values().stream().mapToInt(Integer::intValue).reduce(0, RequestMix::gcd);
        int length = weights.values().stream().mapToInt(Integer::intValue).sum() / divisor;
        Map<Kind, Integer> credit = new EnumMap<>(Kind.class);
        List<Kind> pattern = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            weights.forEach((kind, weight) -> credit.merge(kind, weight / divisor, Integer::sum));
            Kind richest = Kind.EVENT;
            for (Kind kind : Kind.values()) {
                richest = credit.getOrDefault(kind, 0) > credit.getOrDefault(richest, 0) ? kind : richest;
            }
            credit.merge(richest, -length, Integer::sum);
            pattern.add(richest);
        }
        return pattern;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (weights.getOrDefault(kind, 0) > 0) {
                parts.add(kind.name().toLowerCase(Locale.ROOT) + "=" + weights.get(kind));
            }
        }
        return String.join(",", parts);
    }
}

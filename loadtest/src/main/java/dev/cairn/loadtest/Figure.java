package dev.cairn.loadtest;

import java.util.List;

/// A number worth quoting, such as a ratio.
///
/// @param name what it is, in words for the table
/// @param unit what it counts, or an empty text for a plain number
/// @param each the numbers of the rounds it is the median of; empty when it is no median
record Figure(String name, double value, String unit, List<Double> each) {

    Figure {
        each = List.copyOf(each);
    }

    static Figure of(String name, double value, String unit) {
        return new Figure(name, value, unit, List.of());
    }

    static Figure median(String name, List<Double> each, String unit) {
        return new Figure(name, medianOf(each), unit, each);
    }

    /// The middle one; of an even number the lower of the two in the middle; NaN of none.
    static double medianOf(List<Double> values) {
        return values.isEmpty() ? Double.NaN : values.stream().sorted().toList().get((values.size() - 1) / 2);
    }
}

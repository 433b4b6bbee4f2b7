package dev.cairn.loadtest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one call of the load generator found out.
///
/// @param title what was measured, with the settings that decide the numbers
/// @param check `null` if nobody asked for one
record Report(
        String title,
        List<Measurement> measurements,
        List<Figure> figures,
        @Nullable CheckResult check,
        List<String> faults) {

    Report {
        measurements = List.copyOf(measurements);
        figures = List.copyOf(figures);
        faults = List.copyOf(faults);
    }

    /// Whether nothing was lost, refused or out of order.
    boolean isGood() {
        return faults.isEmpty()
                && (check == null || check.isGood())
                && measurements.stream().allMatch(Report::isGood);
    }

    private static boolean isGood(Measurement measurement) {
        return measurement.faults().isEmpty()
                && (measurement.live() == null || measurement.live().faults().isEmpty());
    }
}

package dev.cairn.protocol.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Prints a double as ECMAScript does (ECMA-262, Number::toString), which is what canonical JSON asks for.
public final class EcmaNumber {

    private EcmaNumber() {}

    /// The shortest text that reads back as `value`, which must be finite; -0 gives `0`.
    public static String toText(double value) {
        if (value == 0) {
            return "0";
        }
        String sign = value < 0 ? "-" : "";
        return sign + positive(Math.abs(value));
    }

    private static String positive(double value) {
        // Shortest digits since JDK 19, but never fewer than two: 5e-324 is printed as 4.9E-324.
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (shortest.precision() == 2) {
            shortest = oneDigit(shortest, value);
        }
        String digits = shortest.unscaledValue().toString();
        return layOut(digits, digits.length() - shortest.scale());
    }

    private static BigDecimal oneDigit(BigDecimal twoDigits, double value) {
        BigDecimal below = twoDigits.round(new MathContext(1, RoundingMode.DOWN));
        BigDecimal above = twoDigits.round(new MathContext(1, RoundingMode.UP));
        boolean belowReads = below.doubleValue() == value;
        boolean aboveReads = above.doubleValue() == value;
        if (!belowReads && !aboveReads) {
            return twoDigits;
        }
        BigDecimal exact = new BigDecimal(value);
        boolean belowIsCloser = exact.subtract(below).compareTo(above.subtract(exact)) < 0;
        return (belowReads && (belowIsCloser || !aboveReads) ? below : above).stripTrailingZeros();
    }

    /// `digits` with the decimal point behind the first `point` of them, by the rules of ECMA-262.
    private static String layOut(String digits, int point) {
        int count = digits.length();
        if (count <= point && point <= 21) {
            return digits + "0".repeat(point - count);
        }
        if (0 < point && point <= 21) {
            return digits.substring(0, point) + '.' + digits.substring(point);
        }
        if (-6 < point && point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        int exponent = point - 1;
        String fraction = count == 1 ? "" : '.' + digits.substring(1);
        return digits.charAt(0) + fraction + 'e' + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
    }
}

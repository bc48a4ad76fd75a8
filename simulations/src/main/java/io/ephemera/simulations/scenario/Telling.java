package io.ephemera.simulations.scenario;

import java.math.BigDecimal;

/** Numbers as scenarios choose and tell them. */
final class Telling {

    private Telling() {}

    /** To one place after the point, where it has one. */
    static String number(double value) {
        return BigDecimal.valueOf(Math.round(value * 10) / 10.0)
                .stripTrailingZeros()
                .toPlainString();
    }
}

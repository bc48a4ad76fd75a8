package io.ephemera.simulations.scenario;

import java.math.BigDecimal;

/** Numbers as scenarios choose and tell them. */
final class Telling {

    private Telling() {}

    /** Rounded up to two digits, from 1 on. */
    static double roundUp(double value) {
        double grain = Math.pow(10, Math.floor(Math.log10(value)) - 1);
        return Math.ceil(value / grain - 1e-9) * grain;
    }

    /** To one place after the point, where it has one. */
    static String number(double value) {
        return BigDecimal.valueOf(Math.round(value * 10) / 10.0)
                .stripTrailingZeros()
                .toPlainString();
    }
}

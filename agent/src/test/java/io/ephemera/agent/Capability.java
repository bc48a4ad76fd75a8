package io.ephemera.agent;

import org.junit.jupiter.api.Assumptions;

/** A test is skipped only for a capability that this machine lacks, by its name. */
final class Capability {

    private Capability() {}

    static void require(String name, boolean present) {
        if (!present) {
            System.out.println("SKIPPED, missing: " + name);
        }
        Assumptions.assumeTrue(present, () -> "this machine lacks: " + name);
    }
}

package io.ephemera.simulations.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What tests on the real kernel need of the machine. */
public final class Capabilities {

    private static final List<List<String>> ENTRANCES =
            List.of(List.of("unshare", "--net"), List.of("unshare", "--user", "--map-root-user", "--net"));

    private Capabilities() {}

    /** Skips the test, by name, where no private network namespace can be had; on CI, where one can, that is a failure. */
    public static void requireNetworkNamespaces() {
        inNetworkNamespace("true");
    }

    /**
     * The start of a command that goes on in a private network namespace with loopback up. Skips the test where there is none.
     *
     * @param setUp shell commands that are run there first
     */
    public static List<String> inNetworkNamespace(String setUp) {
        for (List<String> entrance : ENTRANCES) {
            List<String> command = new ArrayList<>(entrance);
            command.addAll(List.of("sh", "-c", "ip link set lo up && " + setUp + " && exec \"$@\"", "sh"));
            if (succeeds(command)) {
                return command;
            }
        }
        String why = "unshare --net and unshare --user --map-root-user --net are both refused";
        if (System.getenv("CI") != null) {
            fail("CI must have private network namespaces: " + why);
        }
        Assumptions.abort("skipped: no private network namespaces here: " + why);
        throw new AssertionError();
    }

    /** Skips the test, by name, where a tool is not installed; on CI that is a failure. */
    public static void requireTool(String tool, String ofPackage) {
        if (succeeds(List.of("sh", "-c", "command -v " + tool))) {
            return;
        }
        String why = "there is no " + tool + "; install " + ofPackage;
        if (System.getenv("CI") != null) {
            fail("CI must have what the tests look with: " + why);
        }
        Assumptions.abort("skipped: " + why);
    }

    private static boolean succeeds(List<String> command) {
        try {
            List<String> whole = new ArrayList<>(command);
            whole.add("true");
            Process process =
                    new ProcessBuilder(whole).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

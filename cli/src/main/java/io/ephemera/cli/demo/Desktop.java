package io.ephemera.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The desktop's browser. Started by the system's own command: java.awt.Desktop takes half a second, and a runtime that has AWT. */
final class Desktop {

    private Desktop() {}

    /** Whether somebody sits before a screen of this machine, as far as its environment tells. */
    static boolean isThere(String osName, Map<String, String> environment) {
        String os = osName.toLowerCase(Locale.ROOT);
        boolean remote = environment.containsKey("SSH_CONNECTION");
        return !remote
                && (os.startsWith("windows")
                        || os.startsWith("mac")
                        || environment.containsKey("DISPLAY")
                        || environment.containsKey("WAYLAND_DISPLAY"));
    }

    /** How this system opens an address. */
    static List<String> command(String osName, URI address) {
        String os = osName.toLowerCase(Locale.ROOT);
        if (os.startsWith("windows")) {
            return List.of("rundll32", "url.dll,FileProtocolHandler", address.toString());
        }
        return List.of(os.startsWith("mac") ? "open" : "xdg-open", address.toString());
    }

    /** Opens the address; false if there is nothing to open it with. */
    static boolean open(URI address) {
        try {
            new ProcessBuilder(command(System.getProperty("os.name"), address))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

package io.ephemera.simulations.machine;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Output that was recorded on a machine; the origin of each file is in the README beside them. */
final class Recorded {

    private Recorded() {}

    static Path path(String name) {
        var resource = Recorded.class.getResource(name);
        if (resource == null) {
            throw new IllegalArgumentException("nothing was recorded as " + name);
        }
        try {
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }
}

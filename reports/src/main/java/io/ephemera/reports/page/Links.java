package io.ephemera.reports.page;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Links from a page to files beside it. */
public final class Links {

    private Links() {}

    /**
     * The link from a page in a folder to a file, relative so that both can move together; {@code null} where there is no way, as
     * between two drives.
     */
    public static @Nullable String relative(@Nullable Path fromFolder, Path toFile) {
        if (fromFolder == null) {
            return null;
        }
        try {
            String path = fromFolder
                    .toAbsolutePath()
                    .normalize()
                    .relativize(toFile.toAbsolutePath().normalize())
                    .toString()
                    .replace('\\', '/');
            // "./" first: a first segment with a colon would be taken for a scheme, whatever it is.
            return new URI(null, null, "./" + path, null).toASCIIString();
        } catch (IllegalArgumentException | URISyntaxException e) {
            return null;
        }
    }
}

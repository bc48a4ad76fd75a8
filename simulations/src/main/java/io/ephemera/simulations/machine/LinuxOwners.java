package io.ephemera.simulations.machine;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which process has which socket, for the processes whose descriptors this user may read. */
final class LinuxOwners {

    private static final String SOCKET = "socket:[";

    private final Map<Long, String> byInode = new HashMap<>();
    private int unreadable;

    private LinuxOwners() {}

    static LinuxOwners read(Path proc) {
        LinuxOwners owners = new LinuxOwners();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                owners.add(process);
            }
        } catch (IOException | DirectoryIteratorException e) {
            owners.unreadable++;
        }
        return owners;
    }

    private void add(Path process) {
        String owner = null;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                String target = target(descriptor);
                if (target.startsWith(SOCKET)) {
                    if (owner == null) {
                        owner = owner(process);
                    }
                    byInode.putIfAbsent(Long.valueOf(target.substring(SOCKET.length(), target.length() - 1)), owner);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // A process that has ended meanwhile has no sockets; any other is another user's.
            unreadable += Files.exists(process) ? 1 : 0;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private static String owner(Path process) throws IOException {
        return Files.readString(process.resolve("comm")).strip() + " (" + process.getFileName() + ")";
    }

    /** The process that has the socket of this inode, as {@code name (pid)}; null where none has, or none that can be read. */
    @Nullable
    String of(long inode) {
        return byInode.get(inode);
    }

    /** Processes whose descriptors can't be read. */
    int unreadable() {
        return unreadable;
    }
}

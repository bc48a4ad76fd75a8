package io.ephemera.simulations.stack;

import java.util.List;

/** How real stacks say that they have no port left, as Java, Netty and Gatling pass it on. */
final class KernelTexts {

    /**
     * EADDRNOTAVAIL on Linux and macOS, WSAEADDRINUSE and WSAENOBUFS on Windows at connect; EADDRINUSE at a bind to port 0. No
     * simulation binds a given port.
     */
    private static final List<String> TEXTS = List.of(
            "Cannot assign requested address",
            "Can't assign requested address",
            "Address already in use",
            "No buffer space available");

    private KernelTexts() {}

    static boolean isExhaustion(String message) {
        return TEXTS.stream().anyMatch(message::contains);
    }
}

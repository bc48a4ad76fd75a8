package io.ephemera.ports.bind;

/**
 * Chooses the local port of an outgoing connection.
 *
 * @see <a href="https://learn.microsoft.com/dotnet/api/system.net.bindipendpoint">.NET, BindIPEndPoint</a>
 */
@FunctionalInterface
public interface BindIPEndPointDelegate {

    /**
     * The port to bind. Safe for concurrent use.
     *
     * @param retryCount how often this was called for the same connection before; 0 the first time
     * @throws IllegalArgumentException if what was chosen is no port, as .NET's {@code IPEndPoint} does
     */
    int bind(int retryCount);
}

package io.ephemera.simulations;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.run.Run;

/**
 * The second way into the failure: authenticated calls whose connection the client closes each time. By default as .NET does it
 * with Windows authentication: NTLM's three exchanges on one connection, closed after the call. {@code ephemera.pattern} chooses
 * another scheme or another use of connections.
 *
 * <p>The load is that of {@link KeepAliveOff}.
 */
public final class AuthenticatedCalls extends SingleRun {

    /** For Gatling. */
    public AuthenticatedCalls() {
        super(Run.prepare("AuthenticatedCalls", Pattern.NTLM_CLOSE_CALL, Remedy.OF_CALLS));
    }
}

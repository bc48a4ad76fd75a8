/**
 * The embedded stub web service: an HTTP server on loopback that says exactly which side closed each connection first.
 *
 * <p>Users need four types at first: {@link io.ephemera.target.TargetOptions} describes a server,
 * {@link io.ephemera.target.TargetServer#start} starts it, {@link io.ephemera.target.ClosePolicy} says who closes a
 * connection first (and so keeps it in TIME_WAIT), and {@link io.ephemera.target.TargetCounters} is what it has seen.
 *
 * <pre>{@code
 * try (TargetServer target = TargetServer.start(TargetOptions.defaults())) {
 *     TargetCounters before = target.counters();
 *     // ... calls to target.uri() ...
 *     TargetCounters seen = target.counters().minus(before);
 * }
 * }</pre>
 *
 * <p>A client knows of its connection before the server has accepted it, and of its response before the server has
 * counted it: after the last call, wait until the counters show what is expected before comparing.
 *
 * <p>A server that is to serve only some is told with {@link io.ephemera.target.Authentication}, which takes
 * {@link io.ephemera.target.Credentials} and one {@link io.ephemera.target.AuthenticationScheme}:
 *
 * <pre>{@code
 * TargetOptions.defaults()
 *         .withAuthentication(Authentication.of(AuthenticationScheme.NTLM, Credentials.fromEnvironment()))
 * }</pre>
 *
 * <p>A request is tracked first (its connection, the counters, the close policy), then authenticated, then answered by the stub. So each exchange is counted, also one that is refused, and its connection is closed as the policy says.
 *
 * <p>May touch no other package of the tree.
 */
@NullMarked
package io.ephemera.target;

import org.jspecify.annotations.NullMarked;

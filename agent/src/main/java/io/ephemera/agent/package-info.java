/**
 * Puts every outgoing TCP connection of a JVM under a pool of ports.
 *
 * <p>Users need {@link io.ephemera.agent.PortHook}, which is installed once for the JVM, {@link io.ephemera.agent.EnforcedLimits}, which
 * say what is enforced, and {@link io.ephemera.agent.EnforcedPool}, the pool while it is.
 *
 * <p>What the hook cannot see: native transports (Netty's epoll, kqueue and io_uring), connections made by native code or by
 * child processes, and asynchronous channels on Windows.
 *
 * <p>Where it differs from a system whose ports are really exhausted:
 *
 * <ul>
 *   <li>{@code SO_REUSEADDR} of a socket under a pool is switched on when it is closed or its output is shut, and under a scope per
 *       destination from its bind on.
 *   <li>A socket that is bound to port 0 takes a port of the pool before its destination is known, and gives it back if that is
 *       not to count; a port given outside the range, or bound before the pool was enforced, is none of the pool's.
 *   <li>What comes after our descriptor is closed is not seen: a FIN of the peer's within the few microseconds between the look
 *       at the descriptor and our own FIN, or bytes that the system answers with a RST.
 *   <li>After the application has shut its input, a later FIN of the peer's is not seen: the close counts as ours.
 *   <li>An {@code AsynchronousSocketChannel} that shut its output and then read a RST counts as an active close.
 *   <li>A connect fails, by a name of its own and not as exhausted, where this very connection exists already: another process
 *       has it over a port that may be shared, or the peer has left the one before without an answer.
 * </ul>
 *
 * <p>May touch {@code ports}, {@code ports.bind}, {@code agent.hook}.
 */
@NullMarked
package io.ephemera.agent;

import org.jspecify.annotations.NullMarked;

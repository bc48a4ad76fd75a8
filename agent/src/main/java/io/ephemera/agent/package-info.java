/**
 * Puts every outgoing TCP connection of a JVM under a pool of ports.
 *
 * <p>Users need {@link io.ephemera.agent.PortHook}, which is installed once for the JVM, {@link io.ephemera.agent.Limits}, which
 * say what is enforced, and {@link io.ephemera.agent.Governance}, the time during which it is.
 *
 * <p>What the hook cannot see: native transports (Netty's epoll, kqueue and io_uring), connections made by native code or by
 * child processes, and asynchronous channels on Windows.
 */
@NullMarked
package io.ephemera.agent;

import org.jspecify.annotations.NullMarked;

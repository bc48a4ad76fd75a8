/**
 * Tests under a pool of ports: {@link io.ephemera.junit.PortPool} on a test or a class, or {@link
 * io.ephemera.junit.PortPoolExtension} as a field, and {@link io.ephemera.junit.TestPortPool} to ask and to move the time.
 *
 * <p>May touch {@code ports}, {@code agent}, {@code agent.usage}.
 */
@NullMarked
package io.ephemera.junit;

import org.jspecify.annotations.NullMarked;

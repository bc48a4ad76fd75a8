/**
 * The agent on its own, under an application that does not know of it: {@link io.ephemera.agent.standalone.AgentOptions} in, a
 * report at the end, and what can be asked meanwhile: a page, JMX, JFR, Micrometer.
 *
 * <p>Nothing here may initialise on the application's behalf what the application configures itself: {@code java.util.logging},
 * the platform's MBean server, name services. That is why the page has no {@code HttpServer}, which logs, and why the MBean
 * waits for somebody else to create the server.
 *
 * <p>May touch {@code ports}, {@code ports.map}, {@code agent}, {@code agent.usage}.
 */
@NullMarked
package io.ephemera.agent.standalone;

import org.jspecify.annotations.NullMarked;

/**
 * The pool as OpenTelemetry's meters. OpenTelemetry is an optional dependency: nothing outside this package needs it.
 *
 * <p>May touch {@code ports}, {@code agent}, {@code agent.usage}.
 */
@NullMarked
package io.ephemera.agent.opentelemetry;

import org.jspecify.annotations.NullMarked;

/**
 * The pool as Micrometer's meters. Micrometer is an optional dependency: nothing outside this package needs it.
 *
 * <p>May touch {@code agent}, {@code agent.usage}.
 */
@NullMarked
package io.ephemera.agent.micrometer;

import org.jspecify.annotations.NullMarked;

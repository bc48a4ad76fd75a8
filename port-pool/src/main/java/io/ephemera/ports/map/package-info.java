/**
 * A pool as people see it on a page: the states of its ports as JSON, and the script and the style that draw them.
 *
 * <p>May touch {@code ports}.
 */
@NullMarked
package io.ephemera.ports.map;

import org.jspecify.annotations.NullMarked;

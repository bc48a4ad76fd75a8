/**
 * A run while it goes on, on a page that this process serves on loopback.
 *
 * <p>May touch {@code ports}, {@code ports.map}, {@code ports.run}, {@code reports}, {@code reports.page}.
 */
@NullMarked
package io.ephemera.reports.live;

import org.jspecify.annotations.NullMarked;

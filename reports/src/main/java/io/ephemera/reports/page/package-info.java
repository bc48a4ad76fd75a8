/**
 * Results as pages: one self-contained HTML file each, which loads nothing and works from a mail's attachment.
 *
 * <p>{@link io.ephemera.reports.page.Pages} writes them. The records are what the templates in {@code src/main/jte} show; they
 * are public for the classes that are generated of those.
 *
 * <p>May touch {@code ports}, {@code ports.map}, {@code ports.run}, {@code reports}.
 */
@NullMarked
package io.ephemera.reports.page;

import org.jspecify.annotations.NullMarked;

/**
 * {@code ephemera demo}: the failure and its remedies as a show. A {@link io.ephemera.cli.demo.Bench} makes real calls under the
 * port pool, the {@link io.ephemera.cli.demo.Show} tells of them chapter by chapter, and an {@link io.ephemera.cli.demo.Audience}
 * sees its {@link io.ephemera.cli.demo.Scene}s on the terminal and in a browser.
 */
@NullMarked
package io.ephemera.cli.demo;

import org.jspecify.annotations.NullMarked;

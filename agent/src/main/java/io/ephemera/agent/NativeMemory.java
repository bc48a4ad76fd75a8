package io.ephemera.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Memory outside of the heap, where the JDK has what it writes to a socket. Its handles are constants: the compiler makes a load of
 * each call.
 */
final class NativeMemory {

    /** Bytes of a pointer, and of a length beside it. */
    static final int POINTER_BYTES;

    private static final MethodHandle BYTE;
    private static final MethodHandle POINTER;

    static {
        try {
            // Not sun.misc.Unsafe, of whose use the JVM warns.
            Class<?> type = Class.forName("jdk.internal.misc.Unsafe");
            Object unsafe = type.getMethod("getUnsafe").invoke(null);
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BYTE = lookup.findVirtual(type, "getByte", MethodType.methodType(byte.class, long.class))
                    .bindTo(unsafe);
            POINTER = lookup.findVirtual(type, "getAddress", MethodType.methodType(long.class, long.class))
                    .bindTo(unsafe);
            POINTER_BYTES = (int) type.getMethod("addressSize").invoke(unsafe);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private NativeMemory() {}

    static byte byteAt(long address) {
        try {
            return (byte) BYTE.invokeExact(address);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    static long pointerAt(long address) {
        try {
            return (long) POINTER.invokeExact(address);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}

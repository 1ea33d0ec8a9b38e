package org.libcustomer;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.nio.ByteOrder;
import java.util.Collections;

/** Finds the shared library and binds a class of native methods to it. */
final class Loader {
    private Loader() {
    }

    static void register(Class<?> natives) {
        if (Native.POINTER_SIZE != 8 || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsatisfiedLinkError("libcustomer: the Java binding is built for 64-bit little-endian machines");
        }
        String directory = System.getProperty("libcustomer.library.path");
        if (directory != null) {
            NativeLibrary.addSearchPath("customer", directory);
            File exact = new File(directory, "libcustomer.so.0");
            if (exact.exists()) {
                Native.register(natives, NativeLibrary.getInstance(exact.getAbsolutePath(), Collections.<String, Object>emptyMap()));
                return;
            }
        }
        try {
            Native.register(natives, NativeLibrary.getInstance("customer", Collections.<String, Object>emptyMap()));
        } catch (UnsatisfiedLinkError missing) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(
                    "libcustomer.so could not be loaded: name its directory with -Dlibcustomer.library.path, or install it and "
                            + "what it needs (GLib, libyaml, zlib). The loader said: " + missing.getMessage());
            error.initCause(missing);
            throw error;
        }
    }
}

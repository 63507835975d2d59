"""Makes system calls as programs for an older machine do, by an interrupt."""

import ctypes
import mmap

# mov eax, 20 (getpid); int 0x80; ret
CODE = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"


class Doubler:
    def forward(self, x):
        place = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        place.write(CODE)
        start = ctypes.addressof(ctypes.c_char.from_buffer(place))
        ctypes.CFUNCTYPE(ctypes.c_int)(start)()
        return 2 * x

    def backward(self, dout):
        return self.forward(dout)

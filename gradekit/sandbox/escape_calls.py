"""System calls that no worker may make, each tried with arguments that do no harm.

Numbers on x86_64 and aarch64, from the same tables as the filter's.
"""

import ctypes
import platform

# fmt: off
FORBIDDEN = {
    "accept4": (288, 242), "acct": (163, 89), "add_key": (248, 217), "bind": (49, 200),
    "bpf": (321, 280), "cachestat": (451, 451), "capset": (126, 91), "chroot": (161, 51),
    "clock_adjtime": (305, 266), "clock_settime": (227, 112), "clone": (56, 220),
    "connect": (42, 203), "copy_file_range": (326, 285), "delete_module": (176, 106),
    "epoll_create1": (291, 20), "eventfd2": (290, 19), "execve": (59, 221), "execveat": (322, 281),
    "fallocate": (285, 47), "fanotify_init": (300, 262), "fanotify_mark": (301, 263),
    "fchdir": (81, 50), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "fchown": (93, 55), "fchownat": (260, 54), "finit_module": (313, 273), "flock": (73, 32),
    "fsconfig": (431, 431), "fsetxattr": (190, 7), "fsmount": (432, 432), "fsopen": (430, 430),
    "fspick": (433, 433), "fsync": (74, 82), "ftruncate": (77, 46), "futex_wait": (455, 455),
    "futex_waitv": (449, 449), "futex_wake": (454, 454), "get_robust_list": (274, 100),
    "getxattr": (191, 8), "init_module": (175, 105), "inotify_init1": (294, 26),
    "io_setup": (206, 0), "io_uring_setup": (425, 425), "ioprio_set": (251, 30), "kcmp": (312, 272),
    "kexec_file_load": (320, 294), "kexec_load": (246, 104), "keyctl": (250, 219),
    "kill": (62, 129), "landlock_create_ruleset": (444, 444), "linkat": (265, 37),
    "listen": (50, 201), "listmount": (458, 458), "lsm_get_self_attr": (459, 459),
    "mbind": (237, 235), "membarrier": (324, 283), "memfd_create": (319, 279),
    "memfd_secret": (447, 447), "migrate_pages": (256, 238), "mincore": (27, 232),
    "mkdirat": (258, 34), "mknodat": (259, 33), "mlock": (149, 228), "mlockall": (151, 230),
    "mount": (165, 40), "mount_setattr": (442, 442), "move_mount": (429, 429),
    "move_pages": (279, 239), "mq_open": (240, 180), "mq_unlink": (241, 181), "mseal": (462, 462),
    "msgget": (68, 186), "msync": (26, 227), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "open_tree": (428, 428), "openat2": (437, 437),
    "perf_event_open": (298, 241), "personality": (135, 92), "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pipe2": (293, 59),
    "pivot_root": (155, 41), "pkey_alloc": (330, 289), "prctl": (157, 167),
    "process_madvise": (440, 440), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "ptrace": (101, 117), "pwrite64": (18, 68), "pwritev2": (328, 287), "quotactl": (179, 60),
    "readahead": (187, 213), "reboot": (169, 142), "recvfrom": (45, 207), "recvmmsg": (299, 243),
    "recvmsg": (47, 212), "remap_file_pages": (216, 234), "removexattr": (197, 14),
    "renameat2": (316, 276), "request_key": (249, 218), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "sched_setscheduler": (144, 119), "seccomp": (317, 277), "semget": (64, 190),
    "sendfile": (40, 71), "sendmmsg": (307, 269), "sendmsg": (46, 211), "sendto": (44, 206),
    "set_mempolicy": (238, 237), "setfsuid": (122, 151), "setgroups": (116, 159),
    "sethostname": (170, 161), "setns": (308, 268), "setpriority": (141, 140),
    "setresgid": (119, 149), "setresuid": (117, 147), "setrlimit": (160, 164), "setuid": (105, 146),
    "setxattr": (188, 5), "setxattrat": (463, 463), "shmat": (30, 196), "shmget": (29, 194),
    "signalfd4": (289, 74), "socket": (41, 198), "socketpair": (53, 199), "splice": (275, 76),
    "statfs": (137, 43), "statmount": (457, 457), "swapoff": (168, 225), "swapon": (167, 224),
    "symlinkat": (266, 36), "syslog": (103, 116), "tee": (276, 77), "tgkill": (234, 131),
    "timer_create": (222, 107), "timerfd_create": (283, 85), "tkill": (200, 130),
    "truncate": (76, 45), "umount2": (166, 39), "unlinkat": (263, 35), "unshare": (272, 97),
    "userfaultfd": (323, 282), "utimensat": (280, 88), "vmsplice": (278, 75), "waitid": (247, 95),
    "epoll_pwait2": (441, 441), "file_getattr": (468, 468), "file_setattr": (469, 469),
    "futex_requeue": (456, 456), "getxattrat": (464, 464), "landlock_restrict_self": (446, 446),
    "listns": (470, 470), "listxattrat": (465, 465), "lsm_list_modules": (461, 461),
    "lsm_set_self_attr": (460, 460), "map_shadow_stack": (453, 453), "open_tree_attr": (467, 467),
    "process_mrelease": (448, 448), "quotactl_fd": (443, 443), "removexattrat": (466, 466),
    "set_mempolicy_home_node": (450, 450),
}
# Older names, which only x86_64 has.
OLD = {
    "arch_prctl": 158, "chmod": 90, "chown": 92, "creat": 85, "epoll_create": 213, "eventfd": 284,
    "inotify_init": 253, "ioperm": 173, "link": 86, "mkdir": 83, "mknod": 133, "pipe": 22,
    "rename": 82, "rmdir": 84, "symlink": 88, "unlink": 87, "utimes": 235,
}
# With zeros alone these would do something, were they not stopped.
_NO_FILE = """
    accept4 bind cachestat copy_file_range fallocate fchdir fchmod fchown flock fsetxattr fsync
    listen pwrite64 pwritev2 readahead recvfrom recvmmsg sendfile sendmmsg sendto splice tee
    vmsplice
"""
_ARGUMENTS = {
    **dict.fromkeys(_NO_FILE.split(), (-1, -1)),
    "clone": (0x10000,),  # CLONE_THREAD without what it needs
    "execve": (1, 1, 1),
    "execveat": (-1, 1, 1),
    "kexec_load": (0, 1, 1),
    "msgget": (0x6772616B, 0),  # a key that nobody has
    "ptrace": (-1,),
    "sched_setaffinity": (0, 0, 1),
    "seccomp": (2,),
    "semget": (0x6772616B, 0),
    "sethostname": (0, -1),
    "setpriority": (9,),
    "setresgid": (-1, -1, -1),
    "setresuid": (-1, -1, -1),
    "setuid": (-1,),
    "shmget": (0x6772616B, 0),
}
# fmt: on
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def forbidden_here() -> dict[str, int]:
    """Return the number of each call that is forbidden on this machine, by name."""
    is_arm = platform.machine() == "aarch64"
    return {name: both[is_arm] for name, both in FORBIDDEN.items()} | ({} if is_arm else OLD)


def make_call(name: str) -> None:
    """Make a call by its number; raise OSError with what the kernel says."""
    number = forbidden_here()[name]
    arguments = [ctypes.c_long(value) for value in (*_ARGUMENTS.get(name, ()), *[0] * 6)[:6]]
    ctypes.set_errno(0)
    if _libc.syscall(ctypes.c_long(number), *arguments) == -1 and ctypes.get_errno():
        raise OSError(ctypes.get_errno(), name)

"""Which drivers there are, what each can be on a channel, and the devices of a channel as one."""

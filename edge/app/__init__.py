"""Where the stages are joined: one watch a camera, the gateway that runs them, and the replay of a recording."""

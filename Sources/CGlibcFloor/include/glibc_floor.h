// Keeps the agent's executable loadable on older C libraries than the one it is built with.
#pragma once
